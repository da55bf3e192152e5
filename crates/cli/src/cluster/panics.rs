//! Keeps one known panic of the websocket library quiet.
//!
//! When the cluster stops while a client is still connected, parity-ws 0.11 now and then panics in its own thread because it
//! closes a connection that it already closes; jsonrpc-ws-server then panics over the join. Nothing is lost, the port
//! closes, but the user would see two backtraces after pressing Ctrl-C.

use std::{
    panic::{self, PanicHookInfo},
    sync::Once,
};

static INSTALLED: Once = Once::new();

/// From now on, hides exactly that panic; all others are reported as before.
pub(super) fn hide_websocket_shutdown() {
    INSTALLED.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_websocket_shutdown(info) {
                report(info);
            }
        }));
    });
}

fn is_websocket_shutdown(info: &PanicHookInfo<'_>) -> bool {
    let text = info.payload_as_str().unwrap_or_default();
    let file = info.location().map_or("", |location| location.file());
    is_known(file, text)
}

fn is_known(file: &str, text: &str) -> bool {
    (file.contains("parity-ws-") && text.contains("close connection while not yet open"))
        || (file.contains("jsonrpc-ws-server-") && text.starts_with("Non-panic exit"))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn only_the_known_panic_is_hidden() {
        let text = "Attempted to close connection while not yet open.";
        assert!(is_known("/r/parity-ws-0.11.1/src/connection.rs", text));
        assert!(is_known("/r/jsonrpc-ws-server-18.0.0/src/server.rs", "Non-panic exit: Any { .. }"));
        assert!(!is_known("src/main.rs", text));
        assert!(!is_known("/r/parity-ws-0.11.1/src/io.rs", "overflow"));
    }
}
