//! Every account of every instruction, replaced by one that an attacker could bring.

mod cases;
mod coverage;
mod governance;
mod locks;
mod raw;
mod remaining;
mod swap;
