"""The outer rim: the wire, the web server, the meeting of the features, the commands."""
