"""The site: German, server-rendered, whole without JavaScript."""
