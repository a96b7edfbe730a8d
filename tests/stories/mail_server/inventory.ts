/** One mail server for two domains. */

import type { Hosts } from "drover";
import { inLab } from "../lab.ts";

export const mail_servers: Hosts = [inLab("mail.example.org", "lb-01")];
