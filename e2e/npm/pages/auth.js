// The window of a sign-in: it ends at once, well or not.
const well = new URLSearchParams(location.search).get("result") === "ok";
const { app, authentication } = microsoftTeams;
const end = () => well ? authentication.notifySuccess("token-abc") : authentication.notifyFailure("declined");
if (app) app.initialize().then(end);
else { microsoftTeams.initialize(); end(); }
