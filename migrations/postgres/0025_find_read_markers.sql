-- Who has read a channel, to forget it with the channel.
CREATE INDEX read_markers_by_channel ON read_markers (tenant_id, channel_id, user_id);
