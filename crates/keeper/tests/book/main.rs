//! The book: its health is the engine's, its order is worst first, and what is not genuine does not enter it.

mod exact;
mod hostile;
mod scene;
