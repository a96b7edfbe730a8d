/** How the package tools of the BSDs list what is installed. */

/**
 * `font-adobe-100dpi-1.0.3_4  description`: what is behind the last dash is the version, but for flavors of OpenBSD
 * (`vim-9.0.1-no_x11`), which begin with no digit.
 */
export const BSD_PACKAGE_REGEXP = /^(?<name>\S+)-(?<version>\d[^\s-]*)(?:-[^\s\d-][^\s-]*)*(?:\s|$)/;
