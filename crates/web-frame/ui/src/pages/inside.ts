// The first script of every page that the proxy shows; the hub writes the connector's hosts before it.
import { Doors } from "../teams/addresses";
import { keepInside, type Globals } from "../teams/inside";

declare const liaisonDoors: { home: string; domains: string[] };

keepInside(self as unknown as Globals, new Doors(location.origin, liaisonDoors.home, liaisonDoors.domains), liaisonDoors.home);
