/** The machines at home. */

import type { Hosts } from "drover";
import { inLab } from "../lab.ts";

export const homelab: Hosts = [
  inLab("attic.home.example", "web-02", {
    // A host of the lab may not touch the network that it shares: its rules are checked in one of their own.
    nft_check: "unshare --user --map-root-user --net nft --check --file",
  }),
];
