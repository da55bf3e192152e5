//! Scenarios that come with the simulator, generated: no market data.
