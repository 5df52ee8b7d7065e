//! Rows that come one after the other, made smaller by a whole factor on the way: the large picture is never in memory.

use super::Pixels;

/// Gathers rows of three or four bytes a pixel.
pub struct Shrinker {
    factor: usize,
    source: (usize, usize),
    size: (usize, usize),
    channels: usize,
    /// Sums of a row of squares: each channel, weighted by how opaque its pixel is, and that weight.
    sums: Vec<u64>,
    rows_in_sums: usize,
    rows_taken: usize,
    data: Vec<u8>,
}

impl Shrinker {
    /// For a picture of this size of which at least `wanted` pixels are needed in width and height.
    pub fn new(source: (usize, usize), channels: usize, wanted: (usize, usize)) -> Self {
        let factor = (source.0 / wanted.0.max(1)).min(source.1 / wanted.1.max(1)).max(1);
        let size = (source.0.div_ceil(factor), source.1.div_ceil(factor));
        Self {
            factor,
            source,
            size,
            channels,
            sums: vec![0; size.0 * (channels + 1)],
            rows_in_sums: 0,
            rows_taken: 0,
            data: Vec::with_capacity(size.0 * size.1 * channels),
        }
    }

    /// Takes in the next row of the large picture.
    pub fn push(&mut self, row: &[u8]) {
        self.rows_taken += 1;
        if self.factor == 1 {
            self.data.extend_from_slice(row);
            return;
        }
        for (place, pixel) in row.chunks_exact(self.channels).enumerate() {
            let square = place / self.factor * (self.channels + 1);
            let sums = &mut self.sums[square..square + self.channels + 1];
            let weight = if self.channels == 4 { u64::from(pixel[3]) } else { 1 };
            for channel in 0..3 {
                sums[channel] += u64::from(pixel[channel]) * weight;
            }
            if self.channels == 4 {
                sums[3] += weight;
            }
            sums[self.channels] += 1;
        }
        self.rows_in_sums += 1;
        if self.rows_in_sums == self.factor || self.rows_taken == self.source.1 {
            self.close_row();
        }
    }

    fn close_row(&mut self) {
        for sums in self.sums.chunks_exact(self.channels + 1) {
            let count = sums[self.channels].max(1);
            let weight = if self.channels == 4 { sums[3] } else { count };
            for sum in &sums[..3] {
                self.data.push(rounded(*sum, weight));
            }
            if self.channels == 4 {
                self.data.push(rounded(sums[3], count));
            }
        }
        self.sums.fill(0);
        self.rows_in_sums = 0;
    }

    /// The picture. Rows that never came are left out of it white or transparent.
    pub fn finish(mut self, profile: Option<Vec<u8>>) -> Pixels {
        if self.rows_in_sums > 0 {
            self.close_row();
        }
        let nothing = if self.channels == 4 { 0 } else { u8::MAX };
        self.data.resize(self.size.0 * self.size.1 * self.channels, nothing);
        Pixels { width: self.size.0, height: self.size.1, channels: self.channels, data: self.data, profile }
    }
}

fn rounded(sum: u64, count: u64) -> u8 {
    (sum + count / 2).checked_div(count).map_or(0, |mean| u8::try_from(mean).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_averaged_in_squares_and_odd_edges_count() {
        let mut shrinker = Shrinker::new((5, 3), 3, (2, 1));
        for value in [10, 20, 40] {
            shrinker.push(&[value; 15]);
        }
        let small = shrinker.finish(None);
        assert_eq!((small.width, small.height), (3, 2));
        assert_eq!(small.data, [[15; 9], [40; 9]].concat());
    }

    #[test]
    fn what_is_transparent_gives_no_colour() {
        let mut shrinker = Shrinker::new((2, 2), 4, (1, 1));
        shrinker.push(&[200, 0, 0, 255, 0, 99, 99, 0]);
        shrinker.push(&[200, 0, 0, 255, 0, 99, 99, 0]);
        assert_eq!(shrinker.finish(None).data, [200, 0, 0, 128]);
    }

    #[test]
    fn a_picture_that_is_small_enough_stays_as_it_is() {
        let mut shrinker = Shrinker::new((2, 1), 3, (2, 1));
        shrinker.push(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(shrinker.finish(None).data, [1, 2, 3, 4, 5, 6]);
        assert_eq!(Shrinker::new((2, 2), 3, (2, 2)).finish(None).data.len(), 12);
    }
}
