use bytes::Bytes;
use proptest::prelude::*;

use super::*;

/// The file as it is kept, when it comes in pieces of this size.
fn kept(mime: &str, bytes: &[u8], piece: usize) -> (Vec<u8>, Facts) {
    let mut watcher = Watcher::new(mime);
    let mut kept = Vec::new();
    for piece in bytes.chunks(piece) {
        kept.extend(watcher.feed(Bytes::copy_from_slice(piece)));
    }
    let (rest, facts) = watcher.finish();
    kept.extend(rest);
    (kept, facts)
}

fn mp4_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, content].concat()
}

/// A film of two and a half seconds, taken upright with a phone.
fn film() -> Vec<u8> {
    let mvhd = [&[0; 12][..], &1000_u32.to_be_bytes(), &2500_u32.to_be_bytes(), &[0; 80]].concat();
    let turned: Vec<u8> =
        [0_u32, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000].iter().flat_map(|one| one.to_be_bytes()).collect();
    let tkhd = [&[0; 40][..], &turned, &(1920_u32 << 16).to_be_bytes(), &(1080_u32 << 16).to_be_bytes()].concat();
    let place = mp4_box(b"udta", &mp4_box(b"\xa9xyz", b"+53.5511+009.9937/"));
    let track =
        mp4_box(b"trak", &[mp4_box(b"tkhd", &tkhd), mp4_box(b"meta", b"Ada"), mp4_box(b"mdia", b"samples")].concat());
    let moov = mp4_box(b"moov", &[mp4_box(b"mvhd", &mvhd), track, place].concat());
    [mp4_box(b"ftyp", b"isom"), mp4_box(b"mdat", b"frames, and udta in them"), moov, mp4_box(b"free", b"")].concat()
}

#[test]
fn a_film_tells_its_length_and_size_and_not_where_it_was_made() {
    let film = film();
    for piece in [1, 3, 8, 1000] {
        let (kept, facts) = kept("video/mp4", &film, piece);
        assert_eq!(kept.len(), film.len());
        assert_eq!(facts, Facts { duration: Some(2.5), size: Some((1080, 1920)) });
        assert_eq!(facts.seconds(), Some(3));
        for gone in [&b"53.5511"[..], b"Ada"] {
            assert!(memchr::memmem::find(&kept, gone).is_none());
        }
        for there in [&b"frames, and udta in them"[..], b"samples"] {
            assert_eq!(memchr::memmem::find(&kept, there), memchr::memmem::find(&film, there));
        }
    }
    assert_eq!(kept("audio/mp4", &film, 7).0, film, "words in sounds stay");
}

fn element(name: &[u8], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap() | 0x1000_0000;
    [name, &size.to_be_bytes(), content].concat()
}

#[test]
fn a_webm_tells_the_same() {
    let info = element(
        b"\x15\x49\xa9\x66",
        &[
            element(b"\x2a\xd7\xb1", &1_000_000_u32.to_be_bytes()),
            element(b"\x44\x89", &4200_f64.to_be_bytes()),
            element(b"\x7b\xa9", b"Ada's trip"),
        ]
        .concat(),
    );
    let video = element(b"\xe0", &[element(b"\xb0", &[2, 128]), element(b"\xba", &[1, 104])].concat());
    let tracks = element(b"\x16\x54\xae\x6b", &element(b"\xae", &video));
    let tags = element(b"\x12\x54\xc3\x67", b"LOCATION 53.5511");
    let inside = [info, tracks, tags, element(b"\x1f\x43\xb6\x75", b"frames")].concat();
    let head = element(b"\x1a\x45\xdf\xa3", b"webm");
    // As a program writes it that does not know yet how long the film will be.
    let open = [&head[..], b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", &inside].concat();
    for file in [[head, element(b"\x18\x53\x80\x67", &inside)].concat(), open] {
        for piece in [1, 5, 1000] {
            let (kept, facts) = kept("video/webm", &file, piece);
            assert_eq!(facts, Facts { duration: Some(4.2), size: Some((640, 360)) });
            assert_eq!(kept.len(), file.len());
            assert!(memchr::memmem::find(&kept, b"53.5511").is_none() && memchr::memmem::find(&kept, b"Ada").is_none());
            assert!(kept.ends_with(b"frames"));
            let again = self::kept("video/webm", &kept, piece);
            assert_eq!((again.0, again.1), (kept, facts), "what was blanked is filling of the same length");
        }
    }
}

#[test]
fn sounds_tell_how_long_they_last() {
    let wav = [
        &b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0"[..],
        &44_100_u32.to_le_bytes(),
        &176_400_u32.to_le_bytes(),
        b"\x04\0\x10\0data",
        &352_800_u32.to_le_bytes(),
    ]
    .concat();
    assert_eq!(duration_of_sound("audio/wav", &wav, &[], 44 + 352_800), Some(2.0));
    let packed = (48_000_u64 << 44) | (1 << 41) | (15 << 36) | 144_000;
    let flac = [&b"fLaC\0\0\0\x22"[..], &[0; 10], &packed.to_be_bytes(), &[0; 16]].concat();
    assert_eq!(duration_of_sound("audio/flac", &flac, &[], 9999), Some(3.0));
    let page = |samples: u64| [&b"OggS\0\x04"[..], &samples.to_le_bytes(), &[0; 12]].concat();
    let opus = [page(0), b"OpusHead\x01\x02\x38\x01".to_vec()].concat();
    assert_eq!(duration_of_sound("audio/ogg", &opus, &page(48_312), 999), Some(1.0));
    // 128 kilobits a second at 44.1 kHz, behind words and a picture of ten bytes.
    let frame = [&b"\xff\xfb\x90\x00"[..], &[0; 400]].concat();
    let mp3 = [&b"ID3\x04\0\0\0\0\0\x0a0123456789"[..], &frame].concat();
    assert_eq!(duration_of_sound("audio/mpeg", &mp3, &frame, 16_000 + 20), Some(1.0));
    let mut counted = mp3.clone();
    counted[20 + 36..20 + 48].copy_from_slice(b"Xing\0\0\0\x01\0\0\0\x64");
    assert_eq!(duration_of_sound("audio/mpeg", &counted, &frame, 1).map(f64::round), Some(3.0));
    assert_eq!(duration_of_sound("audio/aac", &mp3, &[], 1), None);
}

proptest! {
    #[test]
    fn no_bytes_break_the_walk(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
        for mime in ["video/mp4", "video/webm"] {
            prop_assert_eq!(kept(mime, &bytes, piece).0.len(), bytes.len());
        }
        for mime in ["audio/wav", "audio/flac", "audio/ogg", "audio/mpeg"] {
            duration_of_sound(mime, &bytes, &bytes, bytes.len() as u64);
        }
    }
}
