//! What is made of bytes without a server: for the fuzz target and its seeds.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use crate::{
    answer::{self, Answer, Status},
    session::Reply,
    source::understood,
    wire::Line,
};

/// Reads everything that a server sends as answers to lists, searches and heads; how many folders, numbers and mails came
/// of it. What breaks off is left where it breaks off.
pub fn rehearse(bytes: &[u8]) -> (usize, usize, usize) {
    // bytes in memory are there at once: nothing waits
    let mut work = pin!(replies(bytes));
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(reply) => understood(&reply),
        Poll::Pending => (0, 0, 0),
    }
}

async fn replies(bytes: &[u8]) -> Reply {
    let mut line = Line::new(bytes);
    let (mut reply, mut budget) = (Reply::default(), BUDGET);
    while let Ok(raw) = line.answer(&mut budget).await {
        match answer::read(raw) {
            Ok(Answer::Told(items)) => reply.told.push(items),
            Ok(Answer::Said(_, words)) => reply.codes.push(words),
            Ok(Answer::Done(_, Status::Ok, _) | Answer::Go) => {}
            Ok(Answer::Done(_, _, words)) => reply.refused = Some(words),
            Err(_odd) => break,
        }
    }
    reply
}

/// Bytes of all answers.
const BUDGET: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_of_the_fuzz_target_are_understood() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds-imap");
        let mut all = (0, 0, 0);
        for file in std::fs::read_dir(folder).unwrap() {
            let (folders, numbers, heads) = rehearse(&std::fs::read(file.unwrap().path()).unwrap());
            all = (all.0 + folders, all.1 + numbers, all.2 + heads);
        }
        assert_eq!(all, (2, 4, 2), "what holds no mails is no folder");
        assert_eq!(rehearse(b"* 1 FETCH (UID 5 BODY[] {99999999999}\r\n"), (0, 0, 0));
        assert_eq!(rehearse(b"* SEARCH 1 2\r\n* LIST ("), (0, 2, 0), "what came before counts");
    }
}
