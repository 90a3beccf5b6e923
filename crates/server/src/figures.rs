//! Counts that rooms keep, read when the metrics are asked for.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter},
};

type Read = Box<dyn Fn() -> Vec<(&'static str, u64)> + Send + Sync>;

/// Counts with one label each.
pub struct Counts {
    name: &'static str,
    help: &'static str,
    label: &'static str,
    read: Read,
}

impl Counts {
    /// Counts named `liaison_{name}_total`, told apart by `label`.
    pub fn new(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        read: impl Fn() -> Vec<(&'static str, u64)> + Send + Sync + 'static,
    ) -> Self {
        Self { name, help, label, read: Box::new(read) }
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Collector for Counts {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let kind = MetricType::Counter;
        let mut metric = encoder.encode_descriptor(self.name, self.help, None, kind)?;
        for (value, count) in (self.read)() {
            let labels = [(self.label, value)];
            ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}
