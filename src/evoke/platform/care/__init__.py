"""Care: noticing when a text speaks of self-harm, and saying who listens. Nothing here leaves the machine."""
