//! One order out of several partial ones.

/// Two members that stand in either order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) first: usize,
    pub(super) second: usize,
}

/// The order that agrees with all sequences of numbers, each number once.
///
/// Where they leave a choice, what was seen first comes first: numbers count up by first sight.
pub(super) fn merge(sequences: &[&[usize]]) -> Result<Vec<usize>, Conflict> {
    let count = sequences
        .iter()
        .copied()
        .flatten()
        .map(|&member| member + 1)
        .max()
        .unwrap_or(0);
    // follows[a] holds what stands right behind `a` somewhere.
    let mut follows: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut before = vec![0_usize; count];
    for pair in sequences.iter().flat_map(|sequence| sequence.windows(2)) {
        if let [first, second] = *pair
            && !follows[first].contains(&second)
        {
            follows[first].push(second);
            before[second] += 1;
        }
    }
    let mut merged = Vec::with_capacity(count);
    let mut done = vec![false; count];
    while merged.len() < count {
        // A member that is new in a later sequence goes right behind the one it follows there, not
        // behind all of the first sequence: so the freed successors of the last member come first.
        let free = |&member: &usize| !done[member] && before[member] == 0;
        let next = merged
            .last()
            .and_then(|&last: &usize| follows[last].iter().copied().filter(&free).min())
            .or_else(|| (0..count).find(free));
        let Some(next) = next else {
            return Err(conflict(sequences, &done));
        };
        done[next] = true;
        for &second in &follows[next] {
            before[second] -= 1;
        }
        merged.push(next);
    }
    Ok(merged)
}

/// A pair in either order among what could not be placed. Longer circles have no such pair; then
/// any two neighbours of the circle stand for it.
fn conflict(sequences: &[&[usize]], done: &[bool]) -> Conflict {
    let place = |sequence: &[usize], member| sequence.iter().position(|&other| other == member);
    let mut neighbours = None;
    for pair in sequences.iter().flat_map(|sequence| sequence.windows(2)) {
        let [first, second] = *pair else { continue };
        if done[first] || done[second] {
            continue;
        }
        neighbours.get_or_insert(Conflict { first, second });
        let reversed = sequences.iter().any(|sequence| {
            match (place(sequence, first), place(sequence, second)) {
                (Some(first), Some(second)) => second < first,
                _ => false,
            }
        });
        if reversed {
            return Conflict { first, second };
        }
    }
    neighbours.unwrap_or(Conflict {
        first: 0,
        second: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sequences: &[&[usize]], merged: &[usize]) {
        assert_eq!(merge(sequences).as_deref(), Ok(merged));
    }

    #[test]
    fn partial_orders_join() {
        check(&[], &[]);
        check(&[&[0, 1, 2]], &[0, 1, 2]);
        // 3 is new and stands between 0 and 1.
        check(&[&[0, 1, 2], &[0, 3, 1]], &[0, 3, 1, 2]);
        check(&[&[0, 1], &[2, 0]], &[2, 0, 1]);
        check(&[&[0, 1], &[1, 2], &[0, 2]], &[0, 1, 2]);
        // Nothing says how 1 and 2 stand to each other.
        check(&[&[0, 1], &[0, 2]], &[0, 1, 2]);
    }

    #[test]
    fn contradictions_are_named() {
        assert_eq!(
            merge(&[&[0, 1, 2], &[0, 2, 1]]),
            Err(Conflict {
                first: 1,
                second: 2
            })
        );
        assert!(merge(&[&[0, 1], &[1, 2], &[2, 0]]).is_err());
    }
}
