//! Circuit breakers: what each level and each quality of the price permits, cell by cell, and how levels come and go.

mod global;
mod grace;
mod inline;
mod matrix;
mod quality;
mod reasons;
mod scene;
mod timers;
