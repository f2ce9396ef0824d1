"""What a user does to a study besides searching it: stop it, try trials again, delete it."""
