export const targets = ["@chroot//"];
