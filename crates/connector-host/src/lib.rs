//! The origins of connector configuration pages: a reverse proxy beside a small bridge page.
