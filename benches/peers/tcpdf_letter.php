<?php
/*
 * TCPDF: the letter with cells, lines and a QR code of its own, rendered to a
 * string. Its font files are made once, in a temporary folder, before the
 * clock starts. The PDF is not tagged.
 *
 *   php -d opcache.enable_cli=1 -d opcache.jit=tracing \
 *       -d opcache.jit_buffer_size=64M tcpdf_letter.php data.jsonl [--keep DIR]
 *
 * The options are not needed; with them PHP keeps compiled files and runs hot
 * code as machine code, about a quarter faster here.
 */

const PEER = 'tcpdf';
const WARM_UP = 3;
const PAPER = ['f4' => [215, 330], 'a4' => [210, 297]];
const LEFT = 25;
const RIGHT = 20;
const TOP = 12;
const BOTTOM = 18;
const FONT_DIR = '/usr/share/fonts/truetype/croscore/';

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');

function fail($message)
{
    fwrite(STDERR, PEER . ": $message\n");
    exit(1);
}

// Debian puts it in PHP's include path; TCPDF_PATH names another copy.
require_once (getenv('TCPDF_PATH') ?: 'tcpdf') . '/tcpdf.php';

/* Makes TCPDF's own font files of Arimo in a folder that goes at the end. */
function font_files()
{
    $dir = sys_get_temp_dir() . '/tcpdf-fonts-' . bin2hex(random_bytes(6)) . '/';
    mkdir($dir, 0700);
    register_shutdown_function(function () use ($dir) {
        array_map('unlink', glob($dir . '*'));
        rmdir($dir);
    });
    foreach (['Arimo-Regular.ttf', 'Arimo-Bold.ttf'] as $file) {
        if (!TCPDF_FONTS::addTTFfont(FONT_DIR . $file, 'TrueTypeUnicode', '', 32, $dir)) {
            fail("cannot read $file");
        }
    }
    return $dir;
}

class Letter extends TCPDF
{
    public string $kaki = '';

    public function Header(): void
    {
    }

    public function Footer(): void
    {
        $y = $this->getPageHeight() - 14;
        $this->setLineStyle(['width' => 0.18, 'color' => [0, 0, 0]]);
        $this->Line(LEFT, $y, $this->getPageWidth() - RIGHT, $y);
        $this->setFont('arimo', '', 8);
        $this->setXY(LEFT, $y + 1);
        $this->Cell(0, 4, $this->kaki);
    }

    public function emblem(float $x, float $y, float $width): void
    {
        $k = $width / 60;
        $px = fn($v) => $x + $v * $k;
        $py = fn($v) => $y + $v * $k;
        $this->setLineStyle(['width' => 2 * $k, 'color' => [0, 0, 0]]);
        $this->Polycurve($px(2), $py(2), [
            [$px(22), $py(2), $px(38), $py(2), $px(58), $py(2)],
            [$px(58), $py(15), $px(58), $py(28), $px(58), $py(40)],
            [$px(58), $py(52), $px(48.67), $py(61.33), $px(30), $py(68)],
            [$px(11.33), $py(61.33), $px(2), $py(52), $px(2), $py(40)],
            [$px(2), $py(28), $px(2), $py(15), $px(2), $py(2)],
        ], 'DF', [], [11, 107, 58]);
        $this->Circle($px(30), $py(30), 15 * $k, 0, 360, 'F', [], [242, 194, 48]);
        $this->Polygon([
            $px(30), $py(17), $px(33.5), $py(26), $px(43), $py(26), $px(35.5), $py(32), $px(38), $py(41),
            $px(30), $py(35.5), $px(22), $py(41), $px(24.5), $py(32), $px(17), $py(26), $px(26.5), $py(26),
        ], 'F', [], [255, 255, 255]);
    }
}

/* The error correction level of the given matrix, so that TCPDF's code has the same. */
function qr_level(array $rows): string
{
    $rows = array_values(array_filter($rows, fn($r) => str_contains($r, '1')));
    $left = min(array_map(fn($r) => strpos($r, '1'), $rows));
    return ['M', 'L', 'H', 'Q'][bindec(substr($rows[8], $left, 2)) ^ 0b10];
}

function render(array $d, string $fonts, string $level): string
{
    $paper = PAPER[$d['kertas']];
    $width = $paper[0] - LEFT - RIGHT;
    $pdf = new Letter('P', 'mm', $paper, true, 'UTF-8');
    $pdf->kaki = $d['kaki'];
    $pdf->setTitle($d['judul']);
    $pdf->AddFont('arimo', '', $fonts . 'arimo.php');
    $pdf->AddFont('arimo', 'B', $fonts . 'arimob.php');
    $pdf->setMargins(LEFT, TOP, RIGHT);
    $pdf->setAutoPageBreak(true, BOTTOM);
    $pdf->setCellPadding(0);
    $pdf->setCellHeightRatio(1.2);
    $pdf->AddPage();

    $kop = $d['kop'];
    $head = function (string $text, string $style, float $size) use ($pdf, $width) {
        $pdf->setFont('arimo', $style, $size);
        $pdf->setX(LEFT + 23);
        $pdf->Cell($width - 23, 0, $text, 0, 1, 'C');
    };
    $pdf->emblem(LEFT, TOP, 21);
    $head($kop['induk'], 'B', 14);
    $head($kop['kantor'], 'B', 16);
    foreach ($kop['alamat'] as $line) {
        $head($line, '', 10);
    }
    $head($kop['tempat'], 'B', 12);
    $y = max($pdf->GetY(), TOP + 24.5) + 1.8;
    $pdf->setLineStyle(['width' => 0.88, 'color' => [0, 0, 0]]);
    $pdf->Line(LEFT, $y, LEFT + $width, $y);
    $pdf->setLineStyle(['width' => 0.25, 'color' => [0, 0, 0]]);
    $pdf->Line(LEFT, $y + 1, LEFT + $width, $y + 1);
    $pdf->setY($y + 4.5);

    $pdf->setFont('arimo', 'BU', 13);
    $pdf->Cell(0, 0, $d['judul'], 0, 1, 'C');
    $pdf->setFont('arimo', '', 12);
    $pdf->Cell(0, 0, 'Nomor : ' . $d['nomor'], 0, 1, 'C');
    $pdf->Ln(2.8);

    foreach ($d['isi'] as $part) {
        if ($part['jenis'] === 'paragraf') {
            $pdf->Ln(2.1);
            $runs = $part['teks'];
            if (!in_array(true, array_column($runs, 'b'), true)) {
                // without the line end the last line would be stretched
                $pdf->MultiCell(0, 0, implode('', array_column($runs, 't')) . "\n", 0, 'J');
            } else {
                $html = '';
                foreach ($runs as $run) {
                    $text = htmlspecialchars($run['t'], ENT_QUOTES | ENT_XML1, 'UTF-8');
                    $html .= $run['b'] ? "<b>$text</b>" : $text;
                }
                $pdf->writeHTMLCell(0, 0, null, null, $html, 0, 1, false, true, 'J');
            }
            $pdf->Ln(1.4);
        } elseif ($part['jenis'] === 'rincian') {
            foreach ($part['baris'] as [$name, $value]) {
                $pdf->setX(LEFT + 8);
                $pdf->Cell(52, 0, $name);
                $pdf->Cell(5, 0, ':');
                $pdf->MultiCell(0, 0, $value, 0, 'L');
            }
        } else {
            fail('unknown part ' . $part['jenis']);
        }
    }

    $pdf->Ln(5.6);
    $ttd = $d['ttd'];
    $y = $pdf->GetY();
    $pdf->write2DBarcode($d['qr_teks'], "QRCODE,$level", LEFT, $y, 30, 30,
        ['border' => false, 'padding' => 0, 'fgcolor' => [0, 0, 0], 'bgcolor' => false]);
    $pdf->setFont('arimo', '', 9);
    $pdf->setXY(LEFT, $y + 31);
    $pdf->Cell(60, 0, $d['kode']);
    $sign = function (string $text, string $style = '') use ($pdf, $width) {
        $pdf->setFont('arimo', $style, 12);
        $pdf->setX(LEFT + $width - 85);
        $pdf->Cell(85, 0, $text, 0, 1, 'C');
    };
    $pdf->setY($y);
    $sign($ttd['tempat_tanggal']);
    foreach ($ttd['jabatan'] as $line) {
        $sign($line);
    }
    $pdf->Ln(20);
    $sign($ttd['nama'], 'BU');
    if (($ttd['nip'] ?? '') !== '') {
        $sign('NIP. ' . $ttd['nip']);
    }
    return $pdf->Output('', 'S');
}

function median(array $sorted): float
{
    $n = count($sorted);
    return ($sorted[intdiv($n - 1, 2)] + $sorted[intdiv($n, 2)]) / 2;
}

$keep = null;
$data = null;
for ($i = 1; $i < $argc; $i++) {
    if ($argv[$i] === '--keep' && $i + 1 < $argc) {
        $keep = $argv[++$i];
    } elseif ($data === null && $argv[$i][0] !== '-') {
        $data = $argv[$i];
    } else {
        fail('usage: php tcpdf_letter.php data.jsonl [--keep DIR]');
    }
}
if ($data === null) {
    fail('usage: php tcpdf_letter.php data.jsonl [--keep DIR]');
}

$lines = file($data, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) ?: fail("cannot read $data");
$letters = array_map(fn($line) => json_decode($line, true, 512, JSON_THROW_ON_ERROR), $lines);
if (count($letters) <= WARM_UP) {
    fail('needs more than ' . WARM_UP . ' letters');
}
$fonts = font_files();
$level = qr_level($letters[0]['qr_matriks']);

$times = $sizes = [];
foreach ($letters as $i => $letter) {
    $start = hrtime(true);
    $out = render($letter, $fonts, $level);
    $elapsed = hrtime(true) - $start;
    if (!str_starts_with($out, '%PDF-')) {
        fail('letter ' . ($i + 1) . ' did not give a PDF');
    }
    if ($i === 0 && $keep !== null) {
        is_dir($keep) || mkdir($keep, 0777, true);
        file_put_contents($keep . '/' . PEER . '.pdf', $out);
    }
    if ($i >= WARM_UP) {
        $times[] = $elapsed / 1e6;
        $sizes[] = strlen($out);
    }
}
sort($times);
sort($sizes);
ini_set('serialize_precision', '-1');
echo json_encode([
    'peer' => PEER,
    'n' => count($times),
    'median_ms' => round(median($times), 3),
    'p99_ms' => round($times[max(0, (int) ceil(0.99 * count($times)) - 1)], 3),
    'min_ms' => round($times[0], 3),
    'bytes' => (int) median($sizes),
]), "\n";
