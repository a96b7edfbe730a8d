/** Where keys of apt are. */

/** Where apt and the sources of distributions and vendors keep keys. */
export const KEYRING_PLACES = [
  "/etc/apt/trusted.gpg",
  "/etc/apt/trusted.gpg.d",
  "/etc/apt/keyrings",
  "/usr/share/keyrings",
];
