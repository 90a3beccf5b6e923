//! Sorting of short lists, in code that is small for every type of their entries.
//!
//! The standard library compiles its sort, some kilobytes of it, once for each type that is sorted anywhere. Lists of a
//! page or of a setting need none of that speed: here what is compiled once per type looks at two entries and swaps
//! two. For lists of more than some thousand entries call the standard library.

use std::{cmp::Ordering, mem};

/// Sorts entries; those that are equal keep their order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts entries by a comparison; those that are equal keep their order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order = order(items.len(), &mut |a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    arrange(&mut order, &mut |a, b| items.swap(a, b));
}

/// Sorts entries by a key, which is made once for each of them; those with equal keys keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl FnMut(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let mut order = order(keys.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
    arrange(&mut order, &mut |a, b| items.swap(a, b));
}

/// The places of entries in the order in which they shall stand.
fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Swaps entries until the one that stood at `order[i]` stands at `i`.
fn arrange(order: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut here = start;
        while let Some(from) = order.get_mut(here).map(|from| mem::replace(from, here))
            && from != start
        {
            swap(here, from);
            here = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let ids = crate::Ids::seeded(3);
        for len in 0..40_u128 {
            let mut items: Vec<(u128, u128)> =
                (0..len).map(|at| (ids.fresh::<uuid::Uuid>().as_u128() % 7, at)).collect();
            let (mut expected, mut by_key, mut whole) =
                (items.clone(), items.clone(), items.clone());
            expected.sort_by_key(|one| std::cmp::Reverse(one.0));
            sort_by(&mut items, |a, b| b.0.cmp(&a.0));
            assert_eq!(items, expected);
            sort_by_key(&mut by_key, |item| std::cmp::Reverse(item.0));
            assert_eq!(by_key, expected);
            expected.sort_unstable();
            sort(&mut whole);
            assert_eq!(whole, expected);
        }
    }
}
