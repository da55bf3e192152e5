//! The websocket endpoint of the proxy.

use super::Shared;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, sleep_until, Instant},
};
use tokio_tungstenite::{accept_async, connect_async, tungstenite::Message};

/// Accepts until it is aborted.
pub(super) async fn accept(listener: std::net::TcpListener, node: String, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(pass(stream, node.clone(), shared.clone()));
            }
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn pass(stream: TcpStream, node: String, shared: Arc<Shared>) {
    let mut cuts = shared.cuts.subscribe();
    let before = *cuts.borrow_and_update();
    if shared.faults().cut {
        shared.counts().add("websockets refused");
        return;
    }
    let (Ok(client), Ok((node, _))) = (accept_async(stream).await, connect_async(node).await) else { return };
    let (mut to_client, mut from_client) = client.split();
    let (mut to_node, mut from_node) = node.split();
    // What is told waits here until its time: a delay must not become a jam.
    let (late, mut due) = mpsc::unbounded_channel::<(Instant, Message)>();
    let asking = async {
        while let Some(Ok(message)) = from_client.next().await {
            if to_node.send(message).await.is_err() {
                break;
            }
        }
    };
    let told = shared.clone();
    let telling = async move {
        let mut n = 0;
        while let Some(Ok(message)) = from_node.next().await {
            let Some(message) = falsified(message, &told, &mut n) else { continue };
            if late.send((Instant::now() + told.faults().socket_slow, message)).is_err() {
                break;
            }
        }
    };
    let delivering = async {
        while let Some((at, message)) = due.recv().await {
            sleep_until(at).await;
            if to_client.send(message).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = asking => {}
        () = telling => {}
        () = delivering => {}
        _ = cuts.wait_for(|n| *n != before) => shared.counts().add("websockets cut"),
    }
}

/// The message as the faults want it; `None`: it is lost.
fn falsified(message: Message, shared: &Shared, n: &mut u64) -> Option<Message> {
    let Message::Text(text) = &message else { return Some(message) };
    if !text.contains("accountNotification") && !text.contains("programNotification") {
        return Some(message);
    }
    *n += 1;
    let faults = shared.faults();
    if shared.counts().picks(faults.lose_notifications, "notifications") {
        shared.counts().add("notifications lost");
        return None;
    }
    if !faults.socket_back && !faults.socket_wrong_owner {
        return Some(message);
    }
    let mut told: Value = serde_json::from_str(text).ok()?;
    for what in faults.falsify_told(&mut told, *n) {
        shared.counts().add(what);
    }
    Some(Message::Text(told.to_string().into()))
}
