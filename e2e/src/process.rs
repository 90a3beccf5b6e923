//! What the system knows about a process.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Resident memory in KiB.
///
/// # Errors
/// When the process has ended.
pub fn resident_kib(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("no VmRSS")?;
    let number = line.split_whitespace().nth(1).context("no figure")?;
    Ok(number.parse()?)
}

/// Processor time used so far, user and system, in microseconds.
///
/// # Errors
/// When the process has ended.
pub fn cpu_micros(pid: u32) -> Result<u64> {
    /// Ticks of `/proc/PID/stat` a second, the same on every Linux.
    const TICKS: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, after_name) = stat.rsplit_once(')').context("no name")?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next().context("no utime")?.parse()?;
    let system: u64 = fields.next().context("no stime")?.parse()?;
    Ok((user + system) * 1_000_000 / TICKS)
}

/// Sends a signal by name.
///
/// # Errors
/// When the process has ended.
pub fn signal(name: &str, pid: u32) -> Result<()> {
    let status = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status()?;
    if !status.success() {
        bail!("kill -{name} {pid} failed");
    }
    Ok(())
}
