use proptest::prelude::*;

use super::*;

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], payload].concat()
}

/// EXIF in the order of Intel, with the orientation and words of its own.
fn exif_saying(orientation: u8, words: &[u8]) -> Vec<u8> {
    let mut block = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block.extend(words);
    block
}

#[test]
fn a_jpeg_loses_its_words_and_keeps_its_pixels_and_profile() {
    let scan = b"\x01\x02\xff\x00\x03\xff\xd0\x04";
    let exif = [b"Exif\0\0".to_vec(), exif_saying(6, b"GPS 53.5N")].concat();
    let file = [
        b"\xff\xd8".to_vec(),
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01thumbnail"),
        segment(0xe1, &exif),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x>Ada</x>"),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
        segment(0xe2, b"MPF\0more pictures"),
        segment(0xed, b"Photoshop 3.0\0IPTC"),
        segment(0xfe, b"a comment"),
        segment(0xdb, b"tables"),
        segment(0xda, b"scan header"),
        scan.to_vec(),
        segment(0xfe, b"a comment between scans"),
        segment(0xda, b"second header"),
        b"\x07\xff\xd9\xff\xd8 another picture behind the end".to_vec(),
    ]
    .concat();
    let cleaned = jpeg::cleaned(&file).unwrap();
    assert_eq!(cleaned.orientation.to_exif(), 6);
    let expected = [
        b"\xff\xd8".to_vec(),
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
        segment(0xdb, b"tables"),
        segment(0xda, b"scan header"),
        scan.to_vec(),
        segment(0xda, b"second header"),
        b"\x07\xff\xd9".to_vec(),
    ]
    .concat();
    assert_eq!(cleaned.bytes, expected);
    assert_eq!(jpeg::cleaned(&file[..file.len() - 60]), None, "cut off in the middle");
    let said = with_orientation(&cleaned.bytes, cleaned.orientation);
    let again = jpeg::cleaned(&said).unwrap();
    assert_eq!((again.orientation.to_exif(), again.bytes), (6, expected));
}

#[test]
fn a_png_keeps_what_shows_its_pixels() {
    let chunk = |name: &[u8], data: &[u8]| {
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], name, data, b"sum!"].concat()
    };
    let file = |inside: &[u8]| [b"\x89PNG\r\n\x1a\n", inside].concat();
    let kept = [chunk(b"IHDR", b"head"), chunk(b"iCCP", b"profile"), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")];
    let told = [
        kept[0].clone(),
        chunk(b"tEXt", b"Author\0Ada"),
        kept[1].clone(),
        chunk(b"eXIf", &exif_saying(3, b"GPS")),
        chunk(b"acTL", b""),
        kept[2].clone(),
        chunk(b"tIME", b"noon"),
        kept[3].clone(),
        b"behind the end".to_vec(),
    ];
    let cleaned = png::cleaned(&file(&told.concat())).unwrap();
    assert_eq!((cleaned.orientation.to_exif(), cleaned.is_animated), (3, true));
    let expected = [&kept[..2], &[chunk(b"acTL", b"")], &kept[2..]].concat().concat();
    assert_eq!(cleaned.bytes, file(&expected));
    assert_eq!(png::cleaned(&file(&told[..6].concat())), None);
}

#[test]
fn a_webp_no_longer_promises_what_was_taken_out() {
    let chunk = |name: &[u8], data: &[u8]| {
        let filling: &[u8] = if data.len() % 2 == 1 { b"\0" } else { b"" };
        [name, &u32::try_from(data.len()).unwrap().to_le_bytes(), data, filling].concat()
    };
    let inside = [
        chunk(b"VP8X", b"\x2c\0\0\0\x01\0\0\x01\0\0"),
        chunk(b"ICCP", b"odd"),
        chunk(b"VP8 ", b"pixels"),
        chunk(b"EXIF", &exif_saying(8, b"GPS")),
        chunk(b"XMP ", b"Ada"),
    ]
    .concat();
    let file = [b"RIFF", &u32::try_from(inside.len() + 4).unwrap().to_le_bytes()[..], b"WEBP", &inside].concat();
    let cleaned = webp::cleaned(&file).unwrap();
    assert_eq!((cleaned.orientation.to_exif(), cleaned.is_animated), (8, false));
    assert!(!contains(&cleaned.bytes, b"Ada") && !contains(&cleaned.bytes, b"GPS"));
    assert_eq!(cleaned.bytes[20], 0x20, "the colour profile is still promised");
    let size = u32::from_le_bytes(cleaned.bytes[4..8].try_into().unwrap()) as usize;
    assert_eq!(size + 8, cleaned.bytes.len());
}

#[test]
fn a_gif_keeps_its_frames_and_how_often_they_run() {
    let screen = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    let repeats = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let words = b"\x21\xfe\x03Ada\0\x21\xff\x0bXMP DataXMP\x03Ada\0";
    let frame = b"\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let file = [&screen[..], words, repeats, frame, words, frame, b"\x3b trailing"].concat();
    let cleaned = gif::cleaned(&file).unwrap();
    assert_eq!(cleaned.bytes, [&screen[..], repeats, frame, frame, b"\x3b"].concat());
    assert!(cleaned.is_animated);
    let one = gif::cleaned(&[&screen[..], frame].concat()).unwrap();
    assert!(!one.is_animated && one.bytes.ends_with(b"\x3b"));
    assert_eq!(gif::cleaned(&[&screen[..], &frame[..10]].concat()), None);
}

#[test]
fn an_avif_keeps_every_byte_in_its_place() {
    let part = |name: &[u8], content: &[u8]| {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, content].concat()
    };
    let ftyp = part(b"ftyp", b"avif\0\0\0\0mif1");
    let entry = |id: u8, kind: &[u8]| part(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, b"\0"].concat());
    let iinf = part(b"iinf", &[&b"\0\0\0\0\0\x02"[..], &entry(1, b"av01"), &entry(2, b"Exif")].concat());
    let with = |first: u32, second: u32| {
        let item =
            |id: u8, at: u32, length: u8| [&[0, id, 0, 0, 0, 1][..], &at.to_be_bytes(), &[0, 0, 0, length]].concat();
        let iloc = part(b"iloc", &[&b"\0\0\0\0\x44\0\0\x02"[..], &item(1, first, 6), &item(2, second, 9)].concat());
        let meta = part(b"meta", &[&b"\0\0\0\0"[..], &iinf, &iloc].concat());
        [ftyp.clone(), meta, part(b"mdat", b"pixelsGPS 53.5N")].concat()
    };
    let at = u32::try_from(with(0, 0).len() - 15).unwrap();
    let file = with(at, at + 6);
    let cleaned = avif::cleaned(&file).unwrap();
    assert_eq!(cleaned.bytes.len(), file.len());
    assert!(cleaned.bytes.ends_with(b"pixels\0\0\0\0\0\0\0\0\0"));
}

#[test]
fn an_avif_does_not_make_pieces_out_of_nothing() {
    let part = |name: &[u8], content: &[u8]| {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, content].concat()
    };
    let with = |pieces: u16| {
        let items: Vec<u8> = (0..10_u8).flat_map(|id| [&[0, id, 0, 0][..], &pieces.to_be_bytes()].concat()).collect();
        let iloc = part(b"iloc", &[&b"\0\0\0\0\0\0\0\x0a"[..], &items].concat());
        let meta = part(b"meta", &[&b"\0\0\0\0"[..], &part(b"iinf", b"\0\0\0\0\0\0"), &iloc].concat());
        [part(b"ftyp", b"avif\0\0\0\0mif1"), meta].concat()
    };
    assert!(avif::cleaned(&with(1000)).is_some());
    assert_eq!(avif::cleaned(&with(1001)), None);
}

proptest! {
    #[test]
    fn no_bytes_break_the_walk(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_usize..5) {
        let beginnings: [(&str, &[u8]); 5] = [
            ("image/jpeg", b"\xff\xd8\xff\xe1"),
            ("image/png", b"\x89PNG\r\n\x1a\n"),
            ("image/gif", b"GIF89a"),
            ("image/webp", b"RIFF\x10\0\0\0WEBPVP8X"),
            ("image/avif", b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\x20meta\0\0\0\0"),
        ];
        let (mime, beginning) = beginnings[kind];
        cleaned(mime, &[beginning, &bytes].concat());
    }
}
