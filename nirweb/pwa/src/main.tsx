import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import { askWhoOnStart } from "./features/account/me";
import { listenForOffer } from "./features/install/offer";
import { listen } from "./features/router";
import { showTheme } from "./features/theme";
import { registerOnceShown } from "./features/worker";
import { App } from "./screens/app";

showTheme();
listen();
listenForOffer();
void askWhoOnStart();
const root = document.getElementById("app");
if (root) render(<App />, root);
registerOnceShown();
