//! FetchXML and the small SQL of the Dataverse Web API, as text and as trees.
