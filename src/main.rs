//! The binary `suket`: thin, everything that it does to letters goes through the library's facade.
#![forbid(unsafe_code)]

mod cli;
#[cfg(feature = "layan")]
mod serve;

#[cfg(feature = "terbit")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
