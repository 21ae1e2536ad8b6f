"""Words and pictures made on this machine: nothing is asked of a service and nothing leaves."""
