//! On a bastion: the program at the far end of a real SSH session, through sshd on loopback.
//!
//! Runs where `YAGURA_TEST_SSHD` names an sshd (the gate sets it), and says so where it is left out.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::dashboard::{arrived, listed};
use crate::pty::{Pty, Terminal};

/// An sshd of the test's own, with one key that may log in as whoever runs the test.
struct Sshd {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keygen(file: &Path) {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file).status().unwrap();
    assert!(made.success());
}

impl Sshd {
    /// `None`, with a word about it, where there is none to run.
    fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("YAGURA_TEST_SSHD") else {
            println!("left out: YAGURA_TEST_SSHD names no sshd");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        keygen(&at("host"));
        keygen(&at("key"));
        fs::copy(at("key.pub"), at("authorized")).unwrap();
        fs::set_permissions(at("authorized"), fs::Permissions::from_mode(0o600)).unwrap();
        // Freed at once for sshd to take: another process would have to be quick to come between.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\n\
             StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nAcceptEnv LANG COLORTERM\n\
             PermitRootLogin prohibit-password\nPrintMotd no\nPrintLastLog no\n",
            at("host").display(),
            at("authorized").display()
        );
        fs::write(at("config"), config).unwrap();
        let child = Command::new(program)
            .args(["-D", "-e", "-f"])
            .arg(at("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(at("log")).unwrap())
            .spawn()
            .unwrap();
        let mut sshd = Self { child, port, folder };
        sshd.wait_listening();
        Some(sshd)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn wait_listening(&mut self) {
        let until = Instant::now() + Duration::from_mins(1);
        while !self.log().contains("Server listening") {
            assert!(self.child.try_wait().unwrap().is_none(), "sshd ended: {}", self.log());
            assert!(Instant::now() < until, "sshd does not listen: {}", self.log());
            std::thread::sleep(Duration::from_millis(10)); // its log is the only word of it
        }
    }

    /// `command` in a terminal at the far end.
    fn session(&self, command: &str) -> Pty {
        let port = self.port.to_string();
        let key = self.folder.path().join("key");
        let args = [
            "-tt",
            "-F",
            "none",
            "-p",
            &port,
            "-i",
            key.to_str().unwrap(),
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "LogLevel=ERROR",
            "-o",
            "SendEnv=LANG COLORTERM",
            "127.0.0.1",
            command,
        ];
        Terminal::of("ssh", &args).size(100, 30).start()
    }

    /// The demo, in a home of its own; its process id goes into `pid`.
    fn demo(&self) -> Pty {
        let home = self.folder.path().display();
        self.session(&format!(
            "echo $$ > {home}/pid; HOME={home} XDG_STATE_HOME={home} exec {} demo --findings 300 --accounts 4",
            env!("CARGO_BIN_EXE_yagura")
        ))
    }

    fn demo_pid(&self) -> rustix::process::Pid {
        let text = fs::read_to_string(self.folder.path().join("pid")).unwrap();
        rustix::process::Pid::from_raw(text.trim().parse().unwrap()).unwrap()
    }
}

#[test]
fn triage_over_ssh_copies_to_this_end_follows_its_size_and_gives_the_terminal_back() {
    let Some(sshd) = Sshd::start() else { return };
    let mut pty = sshd.demo();
    arrived(&pty);
    // The head is there before the list: Enter would open nothing.
    pty.send("2");
    listed(&pty);
    pty.resize(80, 24);
    pty.wait_until("the size of this end", |screen| {
        screen.lines().nth(1).is_some_and(|rule| rule.chars().filter(|c| *c == '─').count() == 80)
    });
    pty.press("\r", "WHERE");
    pty.press("Q", "");
    let status = pty.wait_exit();
    assert!(status.success(), "{status:?}\n{}\n{}", pty.screen(), sshd.log());
    pty.assert_given_back();
}

#[test]
fn a_session_that_is_cut_leaves_nothing_running_at_the_far_end() {
    let Some(sshd) = Sshd::start() else { return };
    let mut pty = sshd.demo();
    arrived(&pty);
    let far = sshd.demo_pid();
    assert!(rustix::process::test_kill_process(far).is_ok());
    pty.signal(rustix::process::Signal::KILL);
    pty.wait_exit();
    let until = Instant::now() + Duration::from_mins(1);
    while rustix::process::test_kill_process(far).is_ok() {
        assert!(Instant::now() < until, "still running after its terminal went away");
        std::thread::sleep(Duration::from_millis(20)); // not our child: it cannot be waited for
    }
}
