//! The CPU time of a command and of everything it started.

use std::{process::Command, time::Duration};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeVal,
};

use crate::Result;

/// Runs a command to its end: seconds of user and system time.
///
/// # Errors
/// When it cannot be started, or fails.
pub(super) fn seconds(command: &mut Command) -> Result<f64> {
    let before = of_children()?;
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok((of_children()? - before).as_secs_f64())
}

/// Of all processes that this one has waited for, and those that they have waited for.
fn of_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Result<Duration> {
    let microseconds = time.tv_sec() * 1_000_000 + time.tv_usec();
    Ok(Duration::from_micros(microseconds.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_is_an_error() {
        assert!(seconds(&mut Command::new("true")).is_ok());
        assert!(seconds(&mut Command::new("false")).is_err());
    }
}
