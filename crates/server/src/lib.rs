//! Listeners, workers, graceful stop.
