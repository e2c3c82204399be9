"""From files to the model: scenarios, files at hand, batch cases."""
