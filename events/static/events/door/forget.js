// On pages that are read instead of the check-in, once a link is over or nobody is signed in any more.
"use strict";

import { forgetDoors } from "./held.js";

forgetDoors();
