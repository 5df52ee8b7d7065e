// Sites whose players the public site shows; the server decides which address has one (crates/content/src/embeds.rs).

const SITES: [RegExp, string][] = [
  [/^https?:\/\/((www|m|music)\.)?youtube\.com\/(watch\?|shorts\/|live\/|embed\/|playlist\?)|^https?:\/\/youtu\.be\/./, "YouTube"],
  [/^https?:\/\/(www\.)?vimeo\.com\/\d|^https?:\/\/player\.vimeo\.com\/video\/\d/, "Vimeo"],
  [/^https?:\/\/(www\.)?dailymotion\.com\/video\/|^https?:\/\/dai\.ly\/./, "Dailymotion"],
  [/^https?:\/\/(www\.)?ted\.com\/talks\/./, "TED"],
  [/^https?:\/\/(www\.)?loom\.com\/(share|embed)\/./, "Loom"],
  [/^https?:\/\/codepen\.io\/[^/]+\/(pen|embed)\/./, "CodePen"],
  [/^https?:\/\/open\.spotify\.com\/(intl-\w+\/)?(track|album|artist|playlist|episode|show)\/./, "Spotify"],
  [/^https?:\/\/(www\.)?soundcloud\.com\/[^/]+\/./, "SoundCloud"],
];

/** The name of the site that has a player for this address; nothing when it stays a link. */
export function playerOf(address: string): string {
  return SITES.find(([shape]) => shape.test(address))?.[1] ?? "";
}

export const isPlayer = (address: string): boolean => playerOf(address) !== "";
