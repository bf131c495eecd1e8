//! Threads that give way: whoever draws and reads keys goes first, also where findings stream in on all cores.

/// Lowers the priority of the calling thread, and of the threads that it starts. Only where that is a thread's own
/// (Linux, nice(2)): elsewhere the call is for the whole process.
pub fn yield_to_the_screen() {
    #[cfg(target_os = "linux")]
    {
        const POLITE: i32 = 5;
        if let Err(error) = rustix::process::nice(POLITE) {
            tracing::debug!(%error, "a worker keeps its priority");
        }
    }
}
