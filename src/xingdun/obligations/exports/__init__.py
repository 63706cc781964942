"""What leaves the platform for other programs of the field: OSCAL 1.2 and a library of CISO Assistant."""
