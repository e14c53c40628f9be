// Answers, for each line of JSON on its input, whether Go's own note and tlog accept a checkpoint, a proof that a leaf
// stands under it, and a proof that it continues an older one: one line of "ya" or "tidak: why" each.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kunci  string   // the log's key: name+id+key
	Titik  string   // a signed checkpoint
	Lama   string   // an older one, for a proof of consistency
	Daun   []byte   // content of a leaf, for a proof of inclusion
	Indeks int64    // its place
	Jalur  [][]byte // the proof's hashes
}

// open reads a checkpoint (C2SP tlog-checkpoint) that this key has signed.
func open(key, signed string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func answer(q question) error {
	tree, err := open(q.Kunci, q.Titik)
	if err != nil {
		return err
	}
	path := make([]tlog.Hash, len(q.Jalur))
	for i, hash := range q.Jalur {
		if len(hash) != tlog.HashSize {
			return errors.New("not a hash")
		}
		copy(path[i][:], hash)
	}
	switch {
	case q.Daun != nil:
		return tlog.CheckRecord(path, tree.N, tree.Hash, q.Indeks, tlog.RecordHash(q.Daun))
	case q.Lama != "":
		old, err := open(q.Kunci, q.Lama)
		if err != nil {
			return err
		}
		return tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash)
	}
	return nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := answer(q); err != nil {
			fmt.Println("tidak:", err)
		} else {
			fmt.Println("ya")
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
