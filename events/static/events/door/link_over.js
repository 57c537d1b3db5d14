// On the page that says that a link is over.
"use strict";

import { forgetDoors, forgetPresses } from "./held.js";

forgetPresses();
forgetDoors();
