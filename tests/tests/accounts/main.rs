//! Every account of every instruction, replaced by one that an attacker could bring.

mod cases;
mod coverage;
mod locks;
mod raw;
mod remaining;
mod swap;
