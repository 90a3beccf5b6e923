//! The built binary, seen from outside.
#[cfg(test)]
mod captures;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod live;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod scripts;
