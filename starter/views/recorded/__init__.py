"""What a party's run did, read from the history that Temporal keeps of it: steps, syncs, what each decided on."""
