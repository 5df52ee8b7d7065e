//! Files for stories about the media library, and somebody who sends them.

use kernel::access::{Actor, ActorKind, Caller, Role};
use kernel::db::OrganizationId;
use kernel::organization::Organization;
use media::pictures::{Format, Pixels};
use testkit::World;
use testkit::world::Side;

/// A grey PNG of this size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png_saying(width, height);
    // Rows of zeros, each after its filter's byte, in stored blocks.
    let rows = vec![0; (width as usize + 1) * height as usize];
    let mut data = vec![0x78, 0x01];
    let blocks = rows.chunks(65_535).count();
    for (place, block) in rows.chunks(65_535).enumerate() {
        data.push(u8::from(place + 1 == blocks));
        data.extend(u16::try_from(block.len()).unwrap().to_le_bytes());
        data.extend((!u16::try_from(block.len()).unwrap()).to_le_bytes());
        data.extend(block);
    }
    data.extend(adler32(&rows).to_be_bytes());
    let end = bytes.split_off(bytes.len() - 12);
    chunk(&mut bytes, b"IDAT", &data);
    bytes.extend(end);
    bytes
}

/// A PNG that says it is this large, and holds no pixel.
pub fn png_saying(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut bytes, b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat());
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    let start = bytes.len();
    bytes.extend(kind);
    bytes.extend(data);
    let sum = crc32(&bytes[start..]);
    bytes.extend(sum.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

/// The beginning and the end of a JPEG of this size; nobody has to unpack it.
pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes =
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x0b\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\x00\xff\xd9");
    bytes
}

/// Something like a photograph: soft hills of colour with fine grain, whose upper left corner is black.
pub fn photo(width: usize, height: usize) -> Pixels {
    let mut data = Vec::with_capacity(width * height * 3);
    let mut state = 7_u32;
    for y in 0..height {
        for x in 0..width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = f64::from(state >> 29);
            let (across, down) = (x as f64 / width as f64, y as f64 / height as f64);
            let hill = |phase: f64| ((across * 5.0 + down * 3.0 + phase).sin() * 80.0 + 160.0 + grain) as u8;
            let is_corner = across < 0.2 && down < 0.2;
            data.extend([0.0, 2.0, 4.0].map(|phase| if is_corner { 0 } else { hill(phase) }));
        }
    }
    Pixels { width, height, channels: 3, data, profile: None }
}

/// A photograph as JPEG.
pub fn photo_jpeg(width: usize, height: usize) -> Vec<u8> {
    media::pictures::encode_original(&photo(width, height), Format::Jpeg).unwrap()
}

/// What a phone writes into a photograph: the way it was held, where it was and who took it.
pub fn told(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPSLatitude 53.5511 Ada Lovelace's phone");
    let mut told = b"\xff\xd8\xff\xe1".to_vec();
    told.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    told.extend(exif);
    told.extend(&jpeg[2..]);
    told
}

/// A picture that moves, with a comment.
pub fn moving_gif() -> Vec<u8> {
    let frame = b"\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let screen = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    [&screen[..], b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0\x21\xfe\x03Ada\0", frame, frame, b"\x3b"].concat()
}

/// A film of this many bytes, as far as its beginning tells.
pub fn mp4(length: usize) -> Vec<u8> {
    let mut bytes = b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42".to_vec();
    bytes.extend(u32::try_from(length - bytes.len()).unwrap().to_be_bytes());
    bytes.extend(b"mdat");
    let mut state = 7_u32;
    bytes.resize_with(length, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes
}

/// A member of Harbor with a transaction, for steps that no request takes alone.
pub async fn caller(world: &World) -> Caller {
    let user_id = Side::Harbor.user_id(Role::Member);
    Caller {
        app: world.app.clone(),
        tx: world.tenant().await,
        organization: Organization {
            id: OrganizationId::parse("org-harbor").unwrap(),
            slug: "harbor".into(),
            name: "Harbor".into(),
        },
        actor: Actor { kind: ActorKind::User, id: user_id.clone(), name: "Member".into(), user_id },
        role: Role::Member,
        now: world.now(),
        request_id: String::new(),
    }
}
