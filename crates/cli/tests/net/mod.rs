//! A user's home and a local network, for tests that run the program as people do.
#![allow(dead_code)]

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

/// The program.
pub const FIREBREAK: &str = env!("CARGO_BIN_EXE_firebreak");

/// A home of its own, without any configuration.
pub struct Home {
    /// The folder.
    pub path: PathBuf,
    /// The network that commands talk to.
    pub url: Option<String>,
}

impl Home {
    /// An empty one.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("home-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self { path, url: None }
    }

    /// The program's folder first on the path, nothing of the tester's own settings.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let bin = Path::new(FIREBREAK).parent().expect("a folder").display().to_string();
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{bin}:{path}")).env("HOME", &self.path).env_remove("FIREBREAK_URL");
        // The program finds the on-chain one beside its own folder.
        command.env("FIREBREAK_PORT", "0").current_dir(&self.path);
        if let Some(url) = &self.url {
            command.env("FIREBREAK_URL", url);
        }
        command
    }

    /// Runs the program.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(FIREBREAK).args(args).output().expect("firebreak runs")
    }

    /// Runs it with --json and returns what it says. It must succeed.
    pub fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}"))
    }

    /// Runs it; it must end with `code` and say one sentence that contains `expected`.
    pub fn refused(&self, args: &[&str], code: i32, expected: &str) {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(expected), "{args:?} says {said}");
        assert!(output.stdout.is_empty(), "{args:?} answers beside its refusal");
        // Wrong usage is clap's, which adds a hint.
        if !said.starts_with("error:") {
            assert_eq!(said.trim().lines().count(), 1, "{args:?} says {said}");
        }
    }
}

/// A running `firebreak localnet`.
pub struct Net {
    child: Child,
    // Closing it would end the network's next line with an error.
    _stdout: BufReader<ChildStdout>,
    /// Its RPC server.
    pub url: String,
}

impl Net {
    /// Starts one by `command`, which prints where it is.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let (mut url, mut line) = (String::new(), String::new());
        while !line.starts_with("Ctrl-C") {
            line.clear();
            assert!(stdout.read_line(&mut line).expect("it speaks") > 0, "the network did not start");
            if let Some(rest) = line.strip_prefix("RPC") {
                url = rest.trim().to_string();
            }
        }
        Self { child, _stdout: stdout, url }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
