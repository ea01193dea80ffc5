//! What the process returns: a stable contract with scripts.

use std::process::ExitCode;

use orm_migrate::error::Class;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something is wrong.
    Error,
    /// A decision is needed, or `--exit-code` found differences.
    Decision,
    /// A precondition does not hold: drift in the way, a checksum, the history.
    Precondition,
    /// A lock was not to be had in time.
    LockTimeout,
    /// The words make no command (sysexits.h: `EX_USAGE`).
    Usage,
    /// SIGINT came.
    Interrupted,
    /// SIGTERM came.
    Terminated,
}

impl Exit {
    /// The number that the shell sees; a signal is 128 and its own number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Decision => 2,
            Self::Precondition => 3,
            Self::LockTimeout => 4,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<Class> for Exit {
    fn from(class: Class) -> Self {
        match class {
            Class::Error => Self::Error,
            Class::Decision => Self::Decision,
            Class::Precondition => Self::Precondition,
            Class::LockTimeout => Self::LockTimeout,
        }
    }
}
