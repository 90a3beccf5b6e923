settings = Microsoft Teams collaboration and chat
settings-intro = What people of this environment may do with records and channels.
