//! Cards against what real clients send, published cards, hostile input and chance.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod corpora;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod published;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod verdicts;
