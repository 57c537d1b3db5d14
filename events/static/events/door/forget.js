// On the page of the sign-in: nobody is signed in any more. A link of a helper may still be valid.
"use strict";

import { forgetDoors } from "./held.js";

forgetDoors();
