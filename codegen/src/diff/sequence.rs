//! Two ordered lists of named things set against each other: what was kept, moved, added, removed.

use std::collections::HashMap;

/// What became of one element, with its positions counted from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a, T> {
    /// In both lists under one name; `moved` if it left its place among the others that stayed.
    Kept {
        old: (usize, &'a T),
        new: (usize, &'a T),
        moved: bool,
    },
    Added(usize, &'a T),
    Removed(usize, &'a T),
}

/// Aligns two lists by name: the new list's elements in its order, then those that are gone.
///
/// As few elements as possible count as moved: those outside a longest run that kept its order.
/// A name that a list holds twice is matched first with first, second with second.
pub(super) fn align<'a, T>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&T) -> &str,
) -> Vec<Step<'a, T>> {
    let old_keys = keys(old, &name);
    let new_keys = keys(new, &name);
    let old_positions: HashMap<_, _> = old_keys.iter().enumerate().map(|(i, k)| (*k, i)).collect();
    let matches: Vec<Option<usize>> = new_keys
        .iter()
        .map(|key| old_positions.get(key).copied())
        .collect();
    let stayed = longest_rising(&matches);

    let mut steps = Vec::with_capacity(new.len());
    let mut is_kept = vec![false; old.len()];
    for (position, (element, matched)) in new.iter().zip(&matches).enumerate() {
        steps.push(match *matched {
            None => Step::Added(position, element),
            Some(before) => {
                is_kept[before] = true;
                Step::Kept {
                    old: (before, &old[before]),
                    new: (position, element),
                    moved: !stayed[position],
                }
            }
        });
    }
    let gone = old
        .iter()
        .enumerate()
        .filter(|(position, _)| !is_kept[*position]);
    steps.extend(gone.map(|(position, element)| Step::Removed(position, element)));
    steps
}

/// Names with a count of how often they occurred before.
fn keys<'a, T>(list: &'a [T], name: &impl Fn(&T) -> &str) -> Vec<(&'a str, usize)> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    list.iter()
        .map(|element| {
            let name = name(element);
            let count = seen.entry(name).or_default();
            let key = (name, *count);
            *count += 1;
            key
        })
        .collect()
}

/// Marks the elements of a longest strictly rising subsequence; `None` never is part of it.
fn longest_rising(values: &[Option<usize>]) -> Vec<bool> {
    // `ends[n]` is where the run of length n + 1 with the smallest last value ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; values.len()];
    for (index, value) in values.iter().enumerate() {
        if value.is_none() {
            continue;
        }
        let length = ends.partition_point(|&end| values[end] < *value);
        previous[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut marks = vec![false; values.len()];
    let mut at = ends.last().copied();
    while let Some(index) = at {
        marks[index] = true;
        at = previous[index];
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(old: &str, new: &str) -> String {
        let old: Vec<String> = old.split_whitespace().map(str::to_owned).collect();
        let new: Vec<String> = new.split_whitespace().map(str::to_owned).collect();
        let words: Vec<String> = align(&old, &new, |name| name)
            .into_iter()
            .map(|step| match step {
                Step::Kept {
                    old,
                    new,
                    moved: true,
                } => format!("{}:{}>{}", new.1, old.0, new.0),
                Step::Kept { new, .. } => new.1.clone(),
                Step::Added(at, name) => format!("+{name}@{at}"),
                Step::Removed(at, name) => format!("-{name}@{at}"),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn an_insertion_moves_nothing() {
        assert_eq!(steps("a b c", "a x b c"), "a +x@1 b c");
        assert_eq!(steps("a b c", "b c"), "b c -a@0");
        assert_eq!(steps("", "a"), "+a@0");
        assert_eq!(steps("a", ""), "-a@0");
    }

    #[test]
    fn as_few_as_possible_are_moved() {
        assert_eq!(steps("a b c d", "d a b c"), "d:3>0 a b c");
        assert_eq!(steps("a b c d", "b c d a"), "b c d a:0>3");
        assert_eq!(steps("a b", "b x a"), "b:1>0 +x@1 a");
    }

    #[test]
    fn a_name_that_stands_twice_is_matched_in_order() {
        assert_eq!(steps("a a b", "a b"), "a b -a@1");
    }
}
