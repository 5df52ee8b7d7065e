//! Which parts of one sequence stand for which of another.

use std::collections::HashSet;
use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::inline;

/// Sequences longer than this are paired by position alone.
const LONGEST: usize = 2000;
/// Pairs that are weighed at most where several parts were replaced by several others.
const WEIGHED_AT_MOST: usize = 2500;
/// How many of their words two parts must share to be one part that was changed, in thousandths.
const LEAST_LIKENESS: u32 = 300;

/// A part before and the part it became; one of them alone where it was removed or added.
pub type Pair = (Option<usize>, Option<usize>);

/// Pairs the parts of two sequences, each given as its HTML, in the order in which they are read.
///
/// Without a deadline the result depends on the sequences alone.
pub fn align(old: &[&str], new: &[&str], deadline: Option<Instant>) -> Vec<Pair> {
    if old.len() > LONGEST || new.len() > LONGEST {
        return by_position((0, old.len()), (0, new.len()));
    }
    let (old_keys, new_keys): (Vec<&str>, Vec<&str>) =
        (old.iter().map(|part| part.trim()).collect(), new.iter().map(|part| part.trim()).collect());
    let mut pairs = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &old_keys, &new_keys, deadline) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                pairs.extend((0..len).map(|step| (Some(old_index + step), Some(new_index + step))));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                pairs.extend((old_index..old_index + old_len).map(|index| (Some(index), None)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                pairs.extend((new_index..new_index + new_len).map(|index| (None, Some(index))));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                pairs.extend(match_up((&old_keys, old_index, old_len), (&new_keys, new_index, new_len)));
            }
        }
    }
    pairs
}

fn by_position((old_start, old_len): (usize, usize), (new_start, new_len): (usize, usize)) -> Vec<Pair> {
    let at = |start: usize, length: usize, step: usize| (step < length).then_some(start + step);
    (0..old_len.max(new_len)).map(|step| (at(old_start, old_len, step), at(new_start, new_len, step))).collect()
}

/// Pairs parts that were replaced so that as much as possible is alike, without crossing.
fn match_up(
    (old, old_start, old_len): (&[&str], usize, usize),
    (new, new_start, new_len): (&[&str], usize, usize),
) -> Vec<Pair> {
    if old_len * new_len > WEIGHED_AT_MOST {
        return by_position((old_start, old_len), (new_start, new_len));
    }
    let old_words: Vec<_> = old[old_start..old_start + old_len].iter().map(|part| words(part)).collect();
    let new_words: Vec<_> = new[new_start..new_start + new_len].iter().map(|part| words(part)).collect();
    let alike: Vec<Vec<u32>> =
        old_words.iter().map(|one| new_words.iter().map(|two| likeness(one, two)).collect()).collect();
    // best[i][j]: how much of what comes after the first i and j parts can be alike.
    let mut best = vec![vec![0_u32; new_len + 1]; old_len + 1];
    for i in (0..old_len).rev() {
        for j in (0..new_len).rev() {
            let paired = if alike[i][j] >= LEAST_LIKENESS { alike[i][j] + best[i + 1][j + 1] } else { 0 };
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old_len || j < new_len {
        let may_pair = i < old_len && j < new_len && alike[i][j] >= LEAST_LIKENESS;
        if may_pair && best[i][j] == alike[i][j] + best[i + 1][j + 1] {
            pairs.push((Some(old_start + i), Some(new_start + j)));
            (i, j) = (i + 1, j + 1);
        } else if i < old_len && (j == new_len || best[i][j] == best[i + 1][j]) {
            pairs.push((Some(old_start + i), None));
            i += 1;
        } else {
            pairs.push((None, Some(new_start + j)));
            j += 1;
        }
    }
    pairs
}

/// The words of a part's text; of one without text, such as a picture, what stands in its tags.
fn words(html: &str) -> HashSet<&str> {
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    let after_tags = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let found: HashSet<&str> = after_tags.flat_map(inline::words).filter(is_word).collect();
    if found.is_empty() { inline::words(html).filter(is_word).collect() } else { found }
}

/// The share of words that two parts have in common, in thousandths.
fn likeness(one: &HashSet<&str>, other: &HashSet<&str>) -> u32 {
    let all = one.len() + other.len();
    if all == 0 {
        return 1000;
    }
    u32::try_from(one.intersection(other).count() * 2000 / all).unwrap_or(1000)
}
